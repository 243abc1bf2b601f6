import { expect, it } from 'vitest'
import { connectionLimits } from '../../../server/http/connection-limits.ts'

it.each([
  { parked: 200_000, files: Infinity, limits: { parked: 200_000, connections: 210_000 } },
  { parked: 200_000, files: 1_048_576, limits: { parked: 200_000, connections: 210_000 } },
  { parked: 200_000, files: 20_000, limits: { parked: 19_000, connections: 19_500 } },
  { parked: 500, files: 20_000, limits: { parked: 500, connections: 10_500 } },
  { parked: 200_000, files: 1_024, limits: { parked: 924, connections: 974 } },
  { parked: 200_000, files: 64, limits: { parked: 1, connections: 14 } },
])('leaves files for all else: $files files, $parked parked polls configured', ({ parked, files, limits }) => {
  expect(connectionLimits(parked, files)).toEqual(limits)
})
