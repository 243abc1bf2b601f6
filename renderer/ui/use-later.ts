import { useEffect, useState } from 'preact/hooks'

/**
 * Code that the first paint does not need: it is loaded after it; null until then.
 * @param load an `import()`
 * @param need a new value tries again after an error
 */
export function useLater<Module>(load: () => Promise<Module>, need: unknown): Module | null {
  const [loaded, setLoaded] = useState<{ readonly module: Module } | null>(null)
  useEffect(() => {
    if (!loaded)
      load().then(
        (module) => setLoaded({ module }),
        () => undefined,
      )
  }, [loaded, load, need])
  return loaded && loaded.module
}
