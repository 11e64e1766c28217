/** PDFs of the server, shown by WeChat's own viewer. */
import { API } from './config';
import { headers, parsed } from './http';
import { Refusal, refusalOf } from './problem';
import { text } from './text';

/** Download a PDF and show it. Raises Refusal. */
export async function openPdf(address: string): Promise<void> {
  const filePath = await download(`${API}${address}`);
  await wx.openDocument({ filePath, fileType: 'pdf', showMenu: true }).catch(() => {
    throw new Refusal(422, text().common.unshown);
  });
}

function download(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.downloadFile({
      url,
      header: headers(),
      success: ({ statusCode, tempFilePath }) => (statusCode === 200 ? resolve(tempFilePath) : reject(refusalOf(statusCode, parsed(''), undefined))),
      fail: () => reject(new Refusal(0, text().common.offline)),
    });
  });
}
