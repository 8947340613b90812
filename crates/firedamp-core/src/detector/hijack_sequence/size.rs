//! Which sizes of machines miners ask for, told by their names alone.

/// From how many processors on a machine is large.
const LARGE_VCPUS_MIN: u64 = 32;
/// The same in Amazon's multiples: an `8xlarge` has thirty-two processors.
const LARGE_MULTIPLE_MIN: u64 = 8;
/// The same in the units in which Amazon's containers ask for processors: 1024 are one.
const LARGE_UNITS_MIN: u64 = 8192;
/// Beginnings of names of machines with graphics or tensor processors, or made for number
/// crunching, after the parts that all names share.
const HEAVY_FAMILIES: [&str; 30] = [
    "a2-", "a3-", "a4-", "ct4", "ct5", "dl1.", "dl2", "f1.", "f2.", "g3", "g4", "g5", "g6", "g2-",
    "h3-", "hb", "hc", "hpc", "hx", "inf", "nc", "nd", "np", "nv", "p2.", "p3", "p4", "p5", "p6",
    "trn",
];

/// Whether a machine of this size is large, or has graphics processors.
pub(super) fn is_large(size: &str) -> bool {
    let name = plain(size);
    let has = |word: &str| name.contains(word);
    let crunches = HEAVY_FAMILIES.iter().any(|family| name.starts_with(family));
    crunches
        || ["gpu", "nvidia", "tesla", "accelerator", "metal"].iter().any(|word| has(word))
        || is_many(&name)
}

fn is_many(name: &str) -> bool {
    if let Some(multiple) = name.strip_suffix("xlarge").and_then(last_number) {
        return multiple >= LARGE_MULTIPLE_MIN;
    }
    match name.parse::<u64>() {
        Ok(units) => units >= LARGE_UNITS_MIN,
        Err(_) => vcpus(name).is_some_and(|count| count >= LARGE_VCPUS_MIN),
    }
}

/// The processors in `d64s_v5`, `c2d-standard-56` and `n2-custom-64-65536`.
fn vcpus(name: &str) -> Option<u64> {
    let mut parts = name.split('-');
    if name.contains('-') {
        let named = parts.clone().position(|part| part == "custom");
        return match named {
            Some(at) => parts.nth(at + 1)?.parse().ok(),
            None => parts.next_back()?.parse().ok(),
        };
    }
    let digits = name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    (!name.contains('.')).then(|| digits.get(..end)?.parse().ok())?
}

fn last_number(text: &str) -> Option<u64> {
    let start = text.rfind(|letter: char| !letter.is_ascii_digit())? + 1;
    text.get(start..)?.parse().ok()
}

/// The family of a size: `p4d`, `nc`, `a2`.
pub(super) fn family(size: &str) -> String {
    let name = plain(size);
    let end = match name.find(['.', '-']) {
        Some(end) => end,
        None => name.find(|letter: char| letter.is_ascii_digit()).unwrap_or(name.len()),
    };
    name.get(..end).filter(|family| !family.is_empty()).unwrap_or(&name).to_string()
}

/// In lower case, without what says nothing.
fn plain(size: &str) -> String {
    let lower = size.trim().to_ascii_lowercase();
    let last = lower.rsplit('/').next().unwrap_or_default();
    let name = ["standard_", "basic_", "ml."].iter().find_map(|start| last.strip_prefix(start));
    name.unwrap_or(last).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_gpu_machines_are_told_by_their_names() {
        for size in [
            "p4d.24xlarge",
            "g5.xlarge",
            "c6a.8xlarge",
            "c5.metal",
            "ml.p3.2xlarge",
            "trn1.2xlarge",
            "Standard_NC24ads_A100_v4",
            "STANDARD_D64s_v5",
            "Standard_HB120rs_v3",
            "Standard_F72s_v2",
            "a2-highgpu-8g",
            "zones/us-central1-a/machineTypes/c2d-standard-56",
            "n2-custom-64-65536",
            "VM.GPU3.1",
            "16384",
            "n1-standard-4 nvidia-tesla-t4",
        ] {
            assert!(is_large(size), "{size}");
        }
        for size in [
            "t3.micro",
            "m5.xlarge",
            "c5.4xlarge",
            "Standard_B2s",
            "Standard_D4s_v5",
            "e2-medium",
            "n1-standard-4",
            "n2-custom-4-8192",
            "1024",
            "BUILD_GENERAL1_LARGE",
            "",
        ] {
            assert!(!is_large(size), "{size}");
        }
    }

    #[test]
    fn families_are_what_stands_before_the_size() {
        let families = ["p4d.24xlarge", "Standard_NC24ads_A100_v4", "a2-highgpu-8g", "16384"];
        assert_eq!(families.map(family), ["p4d", "nc", "a2", "16384"]);
    }
}
