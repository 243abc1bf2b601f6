/** A certificate that is not trusted, for the user to compare and accept. */
import { Fragment } from 'preact'
import type { CertificateView } from '../../../common/protocol/discovery.ts'
import { plain } from '../../../common/model/text.ts'
import { useUi } from '../controls/context.ts'
import { Breakable } from '../controls/Breakable.tsx'
import { Button } from '../controls/Button.tsx'
import './CertificateQuestion.css'

interface CertificateQuestionProps {
  /** Host and port. */
  readonly server: string
  readonly certificate: CertificateView
  readonly onAccept: (fingerprint: string) => void
}

export function CertificateQuestion({ server, certificate, onAccept }: CertificateQuestionProps) {
  const { words } = useUi()
  const { fingerprint, subject, issuer, validFrom, validTo, problem, canPin } = certificate
  const from = words.day(Date.parse(validFrom))
  const to = words.day(Date.parse(validTo))
  return (
    <div class="certificate">
      <div role="alert">
        <p class="question">
          <Breakable text={words.t('certificateTitle', { server: plain(server) })} />
        </p>
        <p>{words.t(`certificate.${problem}`)}</p>
      </div>
      <dl>
        <dt>{words.t('certificateFor')}</dt>
        <dd>
          <bdi>{plain(subject)}</bdi>
        </dd>
        <dt>{words.t('certificateIssuer')}</dt>
        <dd>
          <bdi>{plain(issuer)}</bdi>
        </dd>
        <dt>{words.t('certificateValid')}</dt>
        <dd>{words.t('certificateValidFromTo', { from, to })}</dd>
        <dt>{words.t('certificateFingerprint')}</dt>
        <dd class="fingerprint">
          {fingerprint.split(':').map((pair, index) => (
            <Fragment key={index}>
              {index > 0 && ':'}
              <wbr />
              {pair}
            </Fragment>
          ))}
        </dd>
      </dl>
      {canPin && (
        <>
          <p>{words.t('certificateCompare')}</p>
          <Button text={words.t('certificateAccept')} onClick={() => onAccept(fingerprint)} />
        </>
      )}
    </div>
  )
}
