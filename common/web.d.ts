/** The part of the WHATWG URL standard that `common/` uses; browsers and Node both have it. */
declare class URL {
  constructor(url: string)
  static parse(url: string): URL | null
  readonly protocol: string
  readonly username: string
  readonly password: string
  readonly host: string
  readonly hostname: string
  readonly port: string
  readonly origin: string
  readonly pathname: string
  readonly search: string
  readonly hash: string
  readonly searchParams: URLSearchParams
}

declare class URLSearchParams {
  constructor(query: string)
  readonly size: number
  get(name: string): string | null
}
