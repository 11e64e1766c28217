/** Opens WeChat Pay for a payment that the server has made. Whatever WeChat says, only the server knows. */
import type { Schemas } from './api';

/** `done`: the person paid; `left`: closed it; `unsure`: nobody knows; empty: there was nothing to open. */
export type Said = 'done' | 'left' | 'unsure' | '';

export async function payInWechat(made: Schemas['PaymentDetailOut']): Promise<Said> {
  if (!made.jsapi) return '';
  return wx.requestPayment({ ...made.jsapi, signType: made.jsapi.signType as 'RSA' }).then(
    () => 'done' as const,
    (error: { errMsg?: string }) => (error.errMsg?.includes('cancel') ? ('left' as const) : ('unsure' as const)),
  );
}

/** The page that asks the server what became of it. */
export function paymentPage(made: Schemas['PaymentDetailOut'], said: Said): string {
  return `/pages/payment/payment?id=${made.payment.id}${said ? `&said=${said}` : ''}`;
}
