/** For `vi.mock('electron', …)`: the part of the stand-in that records calls to the tray, the badge and notifications. */
export async function electronOfStandIn() {
  const { HostMenu, HostNotification, HostTray, nativeImage } = await import('../desktop/host/tray.ts')
  const app = { badges: [] as number[], setBadgeCount: (count = 0) => app.badges.push(count) > 0 }
  return { app, Menu: HostMenu, nativeImage, Notification: HostNotification, Tray: HostTray }
}
