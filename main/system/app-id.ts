/**
 * The reverse-DNS name of the app: `appId` in electron-builder.yml, and `desktopName` in package.json. Windows groups windows and
 * notifications by it; on Linux it is the name of the desktop entry, which portals, panels and notifications look up.
 */
export const APP_ID = 'org.mailbell.Mailbell'
