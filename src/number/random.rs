//! Random numbers that depend on what they are for, not on who drew them when.
//!
//! A stream is named by a key; every number of it has a place and can be drawn by itself. So the same draw has the same number
//! whatever the threads, batches and machines.

/// Philox 4×64 with 10 rounds.
///
/// # Source
/// J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, *Parallel random numbers: as easy as 1, 2, 3* (2011). The numbers are those of
/// `numpy.random.Philox(key=…)`, which steps its counter before the first block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Philox {
    key: [u64; 2],
}

const MULTIPLIERS: [u64; 2] = [0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157];
const BUMPS: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B];

impl Philox {
    pub(crate) fn new(key: [u64; 2]) -> Self {
        Philox { key }
    }

    /// The four numbers of a block; the first block is 0.
    pub(crate) fn block(self, block: u64) -> [u64; 4] {
        let (mut counter, mut key) = ([block.wrapping_add(1), u64::from(block == u64::MAX), 0, 0], self.key);
        for _ in 0..10 {
            let [a, b] = [(0, 0), (1, 2)].map(|(k, at)| u128::from(MULTIPLIERS[k]) * u128::from(counter[at]));
            let high = |x: u128| (x >> 64) as u64;
            counter = [high(b) ^ counter[1] ^ key[0], b as u64, high(a) ^ counter[3] ^ key[1], a as u64];
            key = [key[0].wrapping_add(BUMPS[0]), key[1].wrapping_add(BUMPS[1])];
        }
        counter
    }

    /// Numbers between 0 and 1, without the ends, of consecutive places of the stream.
    pub(crate) fn uniforms(self, from: u64, to: &mut [f64]) {
        self.each(from, to, open);
    }

    /// A whole number below `end`, at a place of the stream; each is as likely as any other, but for one part in 2⁶⁴ / `end`.
    pub(crate) fn below(self, place: u64, end: usize) -> usize {
        let bits = self.block(place / 4)[(place % 4) as usize];
        ((u128::from(bits) * end as u128) >> 64) as usize
    }

    /// Standard normal numbers of consecutive places of the stream, by inversion.
    pub(crate) fn normals(self, from: u64, to: &mut [f64]) {
        self.each(from, to, |bits| normal_quantile(open(bits)));
    }

    fn each(self, from: u64, to: &mut [f64], of: impl Fn(u64) -> f64) {
        let (mut at, mut block) = (from, [0; 4]);
        for (k, x) in to.iter_mut().enumerate() {
            if k == 0 || at % 4 == 0 {
                block = self.block(at / 4);
            }
            *x = of(block[(at % 4) as usize]);
            at += 1;
        }
    }
}

/// The middle of one of 2⁵³ equal parts between 0 and 1, so that neither end is drawn.
fn open(bits: u64) -> f64 {
    // The middle of the last part is no number of 53 bits.
    (((bits >> 11) as f64 + 0.5) * f64::EPSILON / 2.0).min(1.0 - f64::EPSILON / 2.0)
}

/// The number that a standard normal one is below with this probability; infinite at 0 and 1.
///
/// # Source
/// M. J. Wichura, *Algorithm AS 241: the percentage points of the normal distribution* (1988), `PPND16`: about 1 part in 10¹⁶.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return f64::INFINITY.copysign(q);
    }
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 { ratio(r - 1.6, &NEAR) } else { ratio(r - 5.0, &FAR) };
    size.copysign(q)
}

/// Numerator and denominator of a ratio of polynomials, from the constant up.
type Polynomials = [[f64; 8]; 2];

fn ratio(r: f64, [above, below]: &Polynomials) -> f64 {
    let value = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * r + c);
    value(above) / value(below)
}

#[allow(clippy::excessive_precision, reason = "the coefficients as printed")]
const CENTRE: Polynomials = [
    [
        3.387_132_872_796_366_608_0,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083_0e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061_0e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ],
];
#[allow(clippy::excessive_precision, reason = "the coefficients as printed")]
const NEAR: Polynomials = [
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];
#[allow(clippy::excessive_precision, reason = "the coefficients as printed")]
const FAR: Polynomials = [
    [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        2.965_605_718_285_048_912_30e-1,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_90e-1,
        1.369_298_809_227_358_053_10e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

#[cfg(test)]
#[path = "random_tests.rs"]
mod tests;
