/** The mini-program begins: network, live progress and what waits to be sent. */
import { startLive, stopLive } from './core/live';
import { paintTabs } from './core/look';
import { startNetwork } from './core/network';
import { startQueue, flush } from './core/queue';
import { forget } from './core/store';

App({
  onLaunch() {
    // What somebody wanted to open before signing in, in an earlier run, is no longer wanted.
    forget('after');
    startNetwork();
    startQueue();
    paintTabs();
    const updates = wx.getUpdateManager();
    updates.onUpdateReady(() => updates.applyUpdate());
  },
  onShow() {
    startLive();
    void flush();
  },
  onHide() {
    stopLive();
  },
});
