/** Checks exchanges against an OpenAPI document, as a validating proxy does. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Answer } from '../server.ts'

interface Described {
  readonly required?: boolean
  readonly headers?: Readonly<Record<string, Described>>
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>
}
interface Operation {
  readonly responses: Readonly<Record<string, Described>>
  readonly requestBody?: Described
}
export interface OpenApiDocument {
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

export interface Exchange extends Pick<Answer, 'status' | 'headers' | 'text'> {
  readonly method: string
  /** A key of `paths`. */
  readonly path: string
  /** The request's body, to be checked if the server accepts it. */
  readonly body?: unknown
}

export function createOpenApiCheck(document: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'document')
  const validators = new Map<object, ValidateFunction>()

  function schemaErrors(schema: object, value: unknown): readonly string[] {
    const own = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object
    const validate = validators.get(schema) ?? ajv.compile(own)
    validators.set(schema, validate)
    return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `body${instancePath} ${message}`)
  }

  /** What the document does not allow of an exchange; empty if it allows all of it. */
  return ({ method, path, body, status, headers, text }: Exchange): readonly string[] => {
    const operation = document.paths[path]?.[method.toLowerCase()]
    if (!operation) return ['the operation is not described']
    const response = operation.responses[status]
    if (!response) return [`the status ${status} is not described`]
    const errors = Object.entries(response.headers ?? {}).flatMap(([name, { required }]) =>
      required && headers[name.toLowerCase()] === undefined ? [`the header ${name} is missing`] : [],
    )
    const type = headers['content-type']?.split(';', 1)[0]
    const media = response.content?.[type ?? '']
    if (text === '' && (!response.content || type === 'text/html')) return errors
    if (!media) return [...errors, `the type ${type} is not described for ${status}`]
    const value: unknown = type?.endsWith('json') ? JSON.parse(text) : text
    const requestSchema = status < 300 ? operation.requestBody?.content?.['application/json']?.schema : undefined
    return [
      ...errors,
      ...(media.schema ? schemaErrors(media.schema, value) : []),
      ...(requestSchema ? schemaErrors(requestSchema, body) : []),
    ]
  }
}
