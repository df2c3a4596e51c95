//! 目标完成率: how far a target is reached; 1 is met.

use super::AttainmentForm as Form;
use crate::method::rules::Branch;
use crate::number::Number;

/// Attainment in one of the forms of [`Form`]; what holds for zero and negative targets is said there.
///
/// Whether the target is zero or negative is decided by `select`, which carries the doubt of a target that was computed.
pub(super) fn compute<N: Number>(form: Form, x: &N, target: &N, base: &N, negative: bool) -> N {
    if x.is_missing() || target.is_missing() {
        return N::missing();
    }
    let (zero, two) = (N::zero(), N::of(2.0));
    let by_sign = |above: &N, below: &N, met: &N| {
        let signed = zero.less(target).select(above, below);
        target.equal(&zero).select(met, &signed)
    };
    let none = N::one().sub(&zero.less(x));
    match form {
        Form::Positive => {
            let share = x.div(target);
            let met = if negative { none } else { N::one().sub(&x.less(&zero)) };
            by_sign(&share, &two.sub(&share), &met)
        }
        Form::Reverse => {
            let ratio = zero.less(x).select(&target.div(x), &N::missing());
            by_sign(&ratio, &x.div(target), &none)
        }
        Form::TwoMinus => {
            let share = x.div(target);
            by_sign(&two.sub(&share), &share, &none)
        }
        Form::Change => {
            if base.is_missing() {
                return N::missing();
            }
            let way = target.sub(base);
            let share = x.sub(base).div(&way);
            // Which way is forward depends on the indicator.
            let (worse, lost) =
                if negative { (zero.less(&way), target.less(x)) } else { (way.less(&zero), x.less(target)) };
            let counted = worse.select(&two.sub(&share), &share);
            way.equal(&zero).select(&N::one().sub(&lost), &counted)
        }
    }
}

pub(super) fn lower_is_better(form: Form, negative: bool) -> bool {
    match form {
        Form::Positive => negative,
        Form::Reverse | Form::TwoMinus | Form::Change => false,
    }
}

pub(super) fn branch(form: Form, x: f64, target: f64, base: f64, negative: bool) -> Branch {
    if form == Form::Change {
        let way = target - base;
        let code = if way == 0.0 {
            "measure_attainment_held"
        } else if (way < 0.0) == negative {
            "measure_attainment_change"
        } else {
            "measure_attainment_retreat"
        };
        return Branch::new(code).fact("target", target).fact("base", base);
    }
    let code = match (form, target) {
        (_, 0.0) => "measure_attainment_zero",
        (Form::Reverse, t) if t > 0.0 && x <= 0.0 => "measure_attainment_none",
        (Form::Positive, t) if t < 0.0 => "measure_attainment_two_minus",
        (Form::Positive, _) => "measure_attainment",
        (_, t) if t < 0.0 => "measure_attainment",
        (Form::Reverse, _) => "measure_attainment_reverse",
        (Form::TwoMinus | Form::Change, _) => "measure_attainment_two_minus",
    };
    Branch::new(code).fact("target", target)
}

pub(super) fn sheet(form: Form, x: &str, t: &str, base: &str, negative: bool) -> String {
    let none = format!("IF({x}<=0,1,0)");
    match form {
        Form::Positive => {
            let met = if negative { none } else { format!("IF({x}>=0,1,0)") };
            format!("IF({t}=0,{met},IF({t}>0,{x}/{t},2-{x}/{t}))")
        }
        Form::Reverse => format!("IF({t}=0,{none},IF({t}<0,{x}/{t},IF({x}>0,{t}/{x},NA())))"),
        Form::TwoMinus => format!("IF({t}=0,{none},IF({t}<0,{x}/{t},2-{x}/{t}))"),
        Form::Change => {
            let (held, worse) = if negative { ("<=", ">") } else { (">=", "<") };
            let share = format!("({x}-{base})/({t}-{base})");
            format!("IF({t}={base},IF({x}{held}{t},1,0),IF({t}{worse}{base},2-{share},{share}))")
        }
    }
}
