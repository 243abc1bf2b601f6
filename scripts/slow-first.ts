import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A sequencer that starts the files of some folders first, because a long file that starts late makes the run wait for one worker. */
export function createSlowFirst(isSlow: (path: string) => boolean): typeof BaseSequencer {
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      // oxlint-disable-next-line unicorn/no-array-sort -- a method of the sequencer
      const sorted = await super.sort(files)
      return sorted.toSorted((one, other) => Number(isSlow(other.moduleId)) - Number(isSlow(one.moduleId)))
    }
  }
}
