/** What the browser shows when somebody has signed in: no script, nothing from elsewhere. */

const WORDS = {
  en: {
    done: 'You are signed in. You can close this page and go back to Mailbell.',
    failed: 'You are not signed in. You can close this page; Mailbell says what to do.',
  },
  ko: {
    done: '로그인되었습니다. 이 창을 닫고 Mailbell로 돌아가세요.',
    failed: '로그인하지 못했습니다. 이 창을 닫으세요. 무엇을 해야 하는지는 Mailbell에 나옵니다.',
  },
}

/** @param languages `Accept-Language` of the browser. */
export function donePage(languages: string | undefined, isDone: boolean): string {
  const language = languages?.trim().toLowerCase().startsWith('ko') ? 'ko' : 'en'
  const words = WORDS[language][isDone ? 'done' : 'failed']
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mailbell</title>
<style>
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif }
  main { max-width: 32rem; margin: 20vh auto; padding: 0 1rem }
</style>
<main><h1>Mailbell</h1><p>${words}</p></main>
</html>
`
}
