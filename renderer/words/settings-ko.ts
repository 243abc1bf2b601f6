/** The words of the settings and of the first page in Korean. */
import type { OneForm } from './keys.ts'
import type { settingsEn } from './settings-en.ts'

export const settingsKo = {
  failLocked: '비밀번호가 잠겨 있습니다. 먼저 암호를 입력하세요.',
  failWrongPassphrase: '암호가 맞지 않습니다.',
  failShortcutTaken: '다른 프로그램이 이 단축키를 쓰고 있거나 시스템이 허용하지 않습니다. 이전 단축키를 그대로 씁니다.',
  failBadFile: 'Mailbell 설정 파일이 아니거나 손상된 파일입니다. 바뀐 것은 없습니다.',
  failNewerFile: '더 새로운 Mailbell에서 만든 파일입니다. 먼저 업데이트하세요. 바뀐 것은 없습니다.',
  noticeShortcut: '다른 프로그램이 쓰고 있어 단축키 {{shortcut}} 을(를) 사용할 수 없습니다. 설정에서 다른 단축키를 고르세요.',
} as const satisfies Record<OneForm<keyof typeof settingsEn>, string>
