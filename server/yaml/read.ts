/** A YAML text, read strictly, that remembers where each of its keys stands. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { ConfigError } from './errors.ts'

type Path = readonly PropertyKey[]

interface YamlText {
  readonly value: unknown
  /** `FILE:LINE:COLUMN` of what stands at `path`, or of the nearest that is there. */
  place(path: Path): string
}

/** Aliases that one text may hold: enough for shared passages, too few for a "billion laughs". */
const MAX_ALIASES = 50

/** @throws ConfigError where the text is not YAML. */
export function readYaml(text: string, fileName: string): YamlText {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, uniqueKeys: true, prettyErrors: false })
  const placeOf = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset)
    return `${fileName}:${line}:${col}`
  }
  const wrong = [...document.errors, ...document.warnings]
  if (wrong.length > 0) throw new ConfigError(wrong.map(({ pos, message }) => `${placeOf(pos[0])} is not valid YAML: ${message}`))

  const offsetOf = (path: Path): number => {
    let node: unknown = document.contents
    let offset = 0
    for (const key of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
        if (!pair) break
        if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
        node = pair.value
      } else if (isSeq(node)) {
        node = node.items[Number(key)]
        if (isMap(node) || isSeq(node) || isScalar(node)) offset = node.range?.[0] ?? offset
      } else break
    }
    return offset
  }

  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), place: (path) => placeOf(offsetOf(path)) }
  } catch (error) {
    throw new ConfigError([`${fileName} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`], { cause: error })
  }
}
