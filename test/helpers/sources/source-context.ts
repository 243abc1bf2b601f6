import { createSourceContext } from '../../../server/sources/context.ts'

/** A context without proxy and tokens. */
export const sourceContext = createSourceContext('/nonexistent')
