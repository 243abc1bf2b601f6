/** Electron's dialogs, and whether one is open: the window does not hide behind its own dialog. */
import type { OpenDialogOptions, OpenDialogReturnValue, SaveDialogOptions, SaveDialogReturnValue } from 'electron'

export interface FileDialogs {
  showOpenDialog(options: OpenDialogOptions): Promise<OpenDialogReturnValue>
  showSaveDialog(options: SaveDialogOptions): Promise<SaveDialogReturnValue>
}

export interface Dialogs extends FileDialogs {
  readonly isOpen: boolean
}

export function createDialogs(dialog: FileDialogs): Dialogs {
  let open = 0
  async function track<T>(result: Promise<T>): Promise<T> {
    open += 1
    return await result.finally(() => (open -= 1))
  }
  return {
    get isOpen() {
      return open > 0
    },
    showOpenDialog: (options) => track(dialog.showOpenDialog(options)),
    showSaveDialog: (options) => track(dialog.showSaveDialog(options)),
  }
}
