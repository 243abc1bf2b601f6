/**
 * The reverse-DNS name of the app: `appId` in electron-builder.yml, and `desktopName` in package.json. Windows groups windows and
 * notifications by it; on Linux it is the name of the desktop entry, which portals, panels and notifications look up.
 */
export const APP_ID = 'org.mailbell.Mailbell'

/**
 * By what Windows finds the app for a notification: its app id, and the class that receives clicks (Electron would choose
 * another class at each run, and leave all of them in the registry). A bare Electron in development has ids of its own, so that
 * Windows does not start it for a notification of the installed app.
 */
export const windowsIds = (isPackaged: boolean) =>
  isPackaged
    ? { appId: APP_ID, toastActivator: '{B1F6FF2B-92AC-480B-BAD7-4680D5EE7571}' }
    : { appId: `${APP_ID}.Development`, toastActivator: '{AE78118A-3BA4-4169-BA97-74D5043E3D18}' }
