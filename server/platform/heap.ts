import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's space for new objects at its first size of 1 MiB. Under load it grows to 16 MiB and more, and shrinks only in a
 * later collection, which a server that waits does not have. Call it before the server's code is loaded.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  // Several threads cost more than they save on so little.
  setFlagsFromString('--no-parallel-scavenge')
}

/**
 * Turns V8's optimizing compilers on or off. A server that waits needs neither their code, 7 MB of the program, nor the 4 MB
 * of memory that they use at the start, for functions of which most do not run again.
 */
export function optimize(isOn: boolean): void {
  for (const compiler of ['opt', 'maglev', 'sparkplug']) setFlagsFromString(isOn ? `--${compiler}` : `--no-${compiler}`)
}
