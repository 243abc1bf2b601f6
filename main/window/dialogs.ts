/** Electron's dialogs, and whether one is open: the window does not hide behind its own dialog. */
import type { OpenDialogOptions, OpenDialogReturnValue, SaveDialogOptions, SaveDialogReturnValue } from 'electron'

export interface FileDialogs {
  showOpenDialog(options: OpenDialogOptions): Promise<OpenDialogReturnValue>
  showSaveDialog(options: SaveDialogOptions): Promise<SaveDialogReturnValue>
}

export function createDialogs(dialog: FileDialogs) {
  let open = 0
  async function track<T>(result: Promise<T>): Promise<T> {
    open += 1
    return await result.finally(() => (open -= 1))
  }
  return {
    get isOpen() {
      return open > 0
    },
    showOpenDialog: (options: OpenDialogOptions) => track(dialog.showOpenDialog(options)),
    showSaveDialog: (options: SaveDialogOptions) => track(dialog.showSaveDialog(options)),
  }
}
