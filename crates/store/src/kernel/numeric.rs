//! PostgreSQL's NUMERIC, which `sum` and `avg` return, as the number SQLite would give.

use super::value::Value;

const NEGATIVE: u16 = 0x4000;
const BASE: i64 = 10_000;

/// Decodes the wire form: count, weight, sign, scale, then digits in base 10,000.
/// `None` when it is no finite number or does not fit.
pub(crate) fn decode(raw: &[u8]) -> Option<Value<'static>> {
    let mut words = raw.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
    let count = usize::from(words.next()?);
    let weight = words.next()?.cast_signed();
    let sign = words.next()?;
    let scale = words.next()?;
    let digits: Vec<i64> = words.take(count).map(i64::from).collect();
    if digits.len() != count || !(sign == 0 || sign == NEGATIVE) {
        return None;
    }
    if scale == 0 { whole(&digits, weight, sign) } else { Some(real(&digits, weight, sign)) }
}

fn whole(digits: &[i64], weight: i16, sign: u16) -> Option<Value<'static>> {
    let mut number = 0_i64;
    for place in 0..=weight {
        let digit = digits.get(usize::try_from(place).ok()?).copied().unwrap_or(0);
        let signed = if sign == NEGATIVE { -digit } else { digit };
        number = number.checked_mul(BASE)?.checked_add(signed)?;
    }
    Some(Value::Int(number))
}

fn real(digits: &[i64], weight: i16, sign: u16) -> Value<'static> {
    let mut number = 0.0;
    for (digit, place) in digits.iter().zip(0_i32..) {
        number += (*digit as f64) * 10_000_f64.powi(i32::from(weight) - place);
    }
    Value::Real(if sign == NEGATIVE { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn whole_numbers_and_fractions() {
        assert_eq!(decode(&wire(&[0, 0, 0, 0])), Some(Value::Int(0)));
        assert_eq!(decode(&wire(&[1, 1, 0, 0, 12])), Some(Value::Int(120_000)));
        assert_eq!(decode(&wire(&[2, 1, NEGATIVE, 0, 12, 34])), Some(Value::Int(-120_034)));
        assert_eq!(decode(&wire(&[2, 0, 0, 2, 3, 2500])), Some(Value::Real(3.25)));
        assert_eq!(decode(&wire(&[0, 0, 0xC000, 0])), None, "NaN");
        assert_eq!(decode(&wire(&[1, 9, 0, 0, 12])), None, "too large");
        assert_eq!(decode(&[0, 1]), None);
    }
}
