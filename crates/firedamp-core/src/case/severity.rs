//! How bad a case is.

use super::Grade;
use crate::money::Cost;

/// By money where it is known (US dollars a day), else by spread. What a bill in a currency without a
/// rate tells counts at list prices (`worth`); where these tell nothing, spread counts, a class milder.
pub(super) fn severity(cost: Option<&Cost>, worth: Option<f64>, resource_count: usize) -> Grade {
    let is_milder = cost.is_some();
    match (cost.and_then(Cost::dollars_per_day).or(worth), resource_count) {
        (Some(dollars), _) if dollars >= 100.0 => Grade::High,
        (Some(dollars), _) if dollars >= 20.0 => Grade::Medium,
        (Some(_), _) => Grade::Low,
        (None, 10..) if is_milder => Grade::Medium,
        (None, 10..) => Grade::High,
        (None, 2..) if !is_milder => Grade::Medium,
        (None, _) => Grade::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(per_day: f64, currency: &str) -> Cost {
        let currency = currency.to_string();
        Cost { spent: 0.0, per_day, forecast: 0.0, currency, estimated: false, refunded: None }
    }

    #[test]
    fn money_counts_in_dollars_whatever_it_is_billed_in() {
        for (per_day, currency, grade) in [
            (195.0, "USD", Grade::High),
            (195.0, "INR", Grade::Low),
            (2500.0, "INR", Grade::Medium),
            (195.0, "EUR", Grade::High),
            (40_000.0, "KRW", Grade::Medium),
            (195.0, "", Grade::High),
        ] {
            let cost = cost(per_day, currency);
            assert_eq!(severity(Some(&cost), Some(1e6), 30), grade, "{per_day} {currency}");
        }
    }

    #[test]
    fn without_a_rate_list_prices_count_and_then_spread_but_milder() {
        let cost = cost(1e6, "XXX");
        for (worth, count, grade) in [
            (Some(150.0), 1, Grade::High),
            (Some(30.0), 1, Grade::Medium),
            (Some(0.0), 30, Grade::Low),
            (None, 1, Grade::Low),
            (None, 9, Grade::Low),
            (None, 10, Grade::Medium),
        ] {
            assert_eq!(severity(Some(&cost), worth, count), grade, "{worth:?}, {count}");
        }
        let unbilled = [1, 2, 10].map(|count| severity(None, None, count));
        assert_eq!(unbilled, [Grade::Low, Grade::Medium, Grade::High]);
    }
}
