"""What an offer pays, in numpy: arrays over paths, month by month."""

import numpy as np

import peer_io


def ladder(line, q):
    """Dollars that a quantity to date earns."""
    if line["mode"] == "rate":
        return q * line["usd"]
    usd, before = np.zeros_like(q), 0.0
    for bound, rate in zip(line["bounds"], line["rates"]):
        if line["mode"] == "marginal":
            usd += np.maximum(q - bound, 0.0) * (rate - before)
            before = rate
        else:
            usd = np.where(q > bound, rate * q if line["mode"] == "retroactive" else rate, usd)
    return usd


class PayOffice:
    """What the offer pays, month by month."""

    def __init__(self, law, n):
        self.law, self.income = law, np.zeros(n)
        self.to_date = [np.zeros(n) for _ in law.pay]
        self.paid = [np.zeros(n) for _ in law.pay]
        self.guaranteed = np.zeros(n)

    def settle(self, month, ledger):
        ends = lambda period: (month + 1) % period == 0 or month + 1 == self.law.months
        pay = np.zeros_like(self.income)
        for i, line in enumerate(self.law.pay):
            if "usd_per_month" in line:
                pay += line["usd_per_month"]
                continue
            period, measure = peer_io.PERIOD_MONTHS[line["reset"]], line["measure"]
            elapsed = month % period
            if elapsed == 0:
                self.to_date[i][:] = 0
                self.paid[i][:] = 0
            if measure in peer_io.LAST:
                self.to_date[i][:] = ledger[measure]
            elif measure == "quality_score":
                self.to_date[i] += (ledger[measure] - self.to_date[i]) / (elapsed + 1)
            else:
                self.to_date[i] += ledger[measure]
            if line.get("paid", "running") == "period_end" and not ends(period):
                continue
            earned = ladder(line, self.to_date[i])
            pay += earned - self.paid[i]
            self.paid[i] = earned
        if self.law.guarantee:
            period = peer_io.PERIOD_MONTHS[self.law.guarantee["per"]]
            if month % period == 0:
                self.guaranteed[:] = 0
            self.guaranteed += pay
            if ends(period):
                pay += np.maximum(0, self.law.guarantee["usd"] - self.guaranteed)
        self.income += np.floor(pay * 100 + 0.5) / 100
