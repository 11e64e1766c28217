/** The seconds until another code may be asked for. */
export class Countdown {
  private timer = 0;

  /** Count down to nothing, telling each second. */
  start(seconds: number, tell: (left: number) => void): void {
    this.stop();
    const end = Date.now() + seconds * 1000;
    const tick = (): void => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      tell(left);
      if (left === 0) this.stop();
    };
    tick();
    this.timer = setInterval(tick, 1000) as unknown as number;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
