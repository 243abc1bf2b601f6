/** For `vi.mock('electron', …)`: the part of the stand-in that records calls to the tray, the badge and notifications. */
export async function electronOfStandIn() {
  const { nativeImage } = await import('../desktop/host/images.ts')
  const { HostMenu } = await import('../desktop/host/menu.ts')
  const { HostNotification } = await import('../desktop/host/notifications.ts')
  const { HostTray } = await import('../desktop/host/tray.ts')
  const { screen } = await import('../desktop/host/display.ts')
  const app = { badges: [] as number[], setBadgeCount: (count = 0) => app.badges.push(count) > 0 }
  return { app, Menu: HostMenu, nativeImage, Notification: HostNotification, screen, Tray: HostTray }
}
