import { useEffect, useState } from 'preact/hooks'

/**
 * Code that the first paint does not need: it is loaded after it; null until then. It may be broken in a page whose server was
 * updated meanwhile.
 * @param load an `import()`
 * @param need a new value tries again after an error
 */
export function useLater<Module>(
  load: () => Promise<Module>,
  need: unknown,
): { readonly module: Module | null; readonly isBroken: boolean } {
  const [loaded, setLoaded] = useState<{ readonly module: Module | null; readonly isBroken: boolean }>({ module: null, isBroken: false })
  const { module } = loaded
  useEffect(() => {
    if (module === null)
      load().then(
        (found) => setLoaded({ module: found, isBroken: false }),
        () => setLoaded({ module: null, isBroken: true }),
      )
  }, [module, load, need])
  return loaded
}
