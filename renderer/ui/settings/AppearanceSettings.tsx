import type { SharedSettings } from '../../../common/protocol/settings.ts'
import { useUi } from '../context.ts'
import { useSettingsForm } from './use-settings.ts'
import { OneOf } from './Controls.tsx'
import { Failure } from './Failure.tsx'
import { Section } from './Section.tsx'

export function LanguageChoice({ language }: { readonly language: SharedSettings['language'] }) {
  const { words } = useUi()
  const { prefer, failure } = useSettingsForm()
  return (
    <>
      <OneOf
        name="language"
        label={words.t('language')}
        value={language}
        options={[
          { value: 'system', label: words.t('sameAsSystem') },
          { value: 'en', label: 'English', lang: 'en' },
          { value: 'ko', label: '한국어', lang: 'ko' },
        ]}
        onChoose={(wanted) => void prefer({ language: wanted })}
      />
      <Failure outcome={failure('language')} />
    </>
  )
}

export function AppearanceSettings({ preferences: { language, theme } }: { readonly preferences: SharedSettings }) {
  const { words } = useUi()
  const { prefer, failure } = useSettingsForm()
  return (
    <Section id="look" title={words.t('sectionAppearance')}>
      <LanguageChoice language={language} />
      <OneOf
        name="theme"
        label={words.t('theme')}
        value={theme}
        options={[
          { value: 'system', label: words.t('sameAsSystem') },
          { value: 'light', label: words.t('themeLight') },
          { value: 'dark', label: words.t('themeDark') },
        ]}
        onChoose={(wanted) => void prefer({ theme: wanted })}
      />
      <Failure outcome={failure('theme')} />
    </Section>
  )
}
