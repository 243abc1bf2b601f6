/** YAML, parsed strictly, with the place of each key. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
  YAMLParseError,
} from 'yaml'
import { errorTextOf } from '../../common/errors.ts'
import { ConfigError } from './errors.ts'

export type Path = readonly PropertyKey[]

/** Enough for a part that many entries share, too few for a "billion laughs" attack, whose nested aliases multiply. */
const MAX_ALIASES = 10_000

/** A key whose value was left out or commented out is as absent. */
function withoutEmpty(this: unknown, _key: unknown, value: unknown): unknown {
  return value === null && !Array.isArray(this) ? undefined : value
}

/** YAML 1.2 with the merge keys (`<<`) of 1.1, which other programs accept. */
export const parseYaml = (text: string, lineCounter = new LineCounter()): Document.Parsed =>
  parseDocument(text, { lineCounter, merge: true, uniqueKeys: true, prettyErrors: false, logLevel: 'error' })

/** Aliases without their anchor before them, or inside it, which the parser reports later and without their place. */
export function unresolvedAliases(document: Document): readonly YAMLError[] {
  const errors: YAMLError[] = []
  const anchors = new Map<string, Node>()
  visit(document, {
    Node(_key, node, ancestors) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node)
        return
      }
      const { source } = node
      const anchored = anchors.get(source)
      if (!anchored) errors.push(aliasError(node, `The anchor &${source} must stand before the alias *${source}`))
      else if (ancestors.includes(anchored))
        errors.push(aliasError(node, `The alias *${source} may not be a part of its anchor &${source}`))
    },
  })
  return errors
}

const aliasError = ({ range }: Alias, message: string): YAMLError =>
  new YAMLParseError([range?.[0] ?? 0, range?.[1] ?? 0], 'BAD_ALIAS', message)

/** @throws ConfigError if the text is not YAML. */
export function readYaml(text: string, fileName: string) {
  const lineCounter = new LineCounter()
  const document = parseYaml(text, lineCounter)
  const placeOf = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset)
    return `${fileName}:${line}:${col}`
  }
  const errors = [...document.errors, ...document.warnings, ...unresolvedAliases(document)]
  if (errors.length > 0) {
    // The rest of a message may be advice for programs.
    throw new ConfigError(errors.map(({ pos, message }) => `${placeOf(pos[0])} is not valid YAML: ${message.split('; please', 1)[0]}`))
  }

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
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES, reviver: withoutEmpty })
    /** `FILE:LINE:COLUMN` of the value at `path`, or of its nearest existing ancestor. */
    const place = (path: Path): string => placeOf(offsetOf(path))
    return { value, place }
  } catch (error) {
    throw new ConfigError([`${fileName} is not valid YAML: ${errorTextOf(error)}`], { cause: error })
  }
}
