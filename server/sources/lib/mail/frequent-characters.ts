/** The most frequent characters of a language in text and subjects of messages, by which raw text is recognised. */

export const FREQUENT_KOREAN: ReadonlySet<string> = new Set(
  '이다는을가의에고지하한로사은도인를기어서시나자그리일해아정수대부전것라보들만주상제여장있과적구무게와원안스조성공신선화년연국동유오내비우모마경위분소세생었계미관면말때개치방실문업요당물합용행중입습니회메님결알림녕ㅋㅎㅠㅜ',
)

export const FREQUENT_CHINESE: ReadonlySet<string> = new Set(
  '的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代产入先山五太水万市件邮您请订单账户通知测试验证码谢欢迎',
)
