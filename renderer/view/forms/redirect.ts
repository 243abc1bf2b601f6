/** Where the browser ends after a sign-in at `url`: an address on the server's machine, with parameters after it. */
export const redirectOf = (url: string): string => URL.parse(url)?.searchParams.get('redirect_uri') ?? 'http://'
