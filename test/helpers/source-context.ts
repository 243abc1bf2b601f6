import { createSourceContext } from '../../server/sources/context.ts'

/** For sources that use no proxy and no tokens. */
export const sourceContext = createSourceContext('/nonexistent')
