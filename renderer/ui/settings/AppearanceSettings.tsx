import type { SharedSettings } from '../../../common/protocol/settings.ts'
import { useUi } from '../controls/context.ts'
import { optionsOf } from '../controls/fields.tsx'
import { Section, SettingSelect } from './setting-fields.tsx'

export function LanguageSelect({ language: current }: { readonly language: SharedSettings['language'] }) {
  const { words, bridge } = useUi()
  return (
    <SettingSelect
      name="language"
      label={words.t('language')}
      value={current}
      options={[
        { value: 'system', label: words.t('sameAsSystem') },
        { value: 'en', label: 'English', lang: 'en' },
        { value: 'ko', label: '한국어', lang: 'ko' },
      ]}
      save={(language) => bridge.updateSharedSettings({ language })}
    />
  )
}

export function AppearanceSettings({ settings }: { readonly settings: SharedSettings }) {
  const { words, bridge } = useUi()
  return (
    <Section id="appearance" title={words.t('sectionAppearance')}>
      <LanguageSelect language={settings.language} />
      <SettingSelect
        name="theme"
        label={words.t('theme')}
        value={settings.theme}
        options={optionsOf(words, { system: 'sameAsSystem', light: 'themeLight', dark: 'themeDark' })}
        save={(theme) => bridge.updateSharedSettings({ theme })}
      />
    </Section>
  )
}
