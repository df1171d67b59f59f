//! What the kernel knows about processes (`/proc`), in the units of the report.

use std::fs;

/// Length of one tick in `/proc/PID/stat`, in milliseconds: Linux has answered 100 Hz to programs for decades.
const TICK_MS: f64 = 10.0;

/// What stands in `/proc/PID/stat`, as far as we need it.
struct Stat {
    parent: u32,
    /// Ticks of the process itself.
    own: u64,
    /// Ticks of its children that have ended.
    ended_children: u64,
}

fn stat(process: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold anything; what follows the last one is plain.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    Some(Stat {
        parent: u32::try_from(number(1)?).ok()?,
        own: number(11)? + number(12)?,
        ended_children: number(13)? + number(14)?,
    })
}

/// CPU time a process has used since its start, in milliseconds, user and system.
pub fn cpu_ms(process: u32) -> f64 {
    stat(process).map_or(0.0, |stat| stat.own as f64 * TICK_MS)
}

/// CPU time of a process and all its children, ended ones included, in milliseconds.
pub fn family_cpu_ms(process: u32) -> f64 {
    let Some(head) = stat(process) else { return 0.0 };
    let children: u64 = processes().filter_map(stat).filter(|s| s.parent == process).map(|s| s.own).sum();
    (head.own + head.ended_children + children) as f64 * TICK_MS
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Resident memory of a process in MB (10^6 bytes).
pub fn resident_mb(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1024.0 / 1e6
}

/// One line about this machine: processor, count, memory, kernel.
pub fn describe() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = memory.split_whitespace().nth(1).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{} × {}, {:.0} GB memory, Linux {}",
        cores,
        model.trim_start_matches([' ', '\t', ':']),
        kib * 1024.0 / 1e9,
        kernel.trim()
    )
}

/// Running processes averaged over the last minute: how quiet the machine was.
pub fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("?").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_work_shows_in_our_own_time() {
        let before = cpu_ms(std::process::id());
        let start = std::time::Instant::now();
        let mut sum = 0_u64;
        while start.elapsed().as_millis() < 60 {
            sum = sum.wrapping_add(std::hint::black_box(1));
        }
        assert!(sum > 0);
        assert!(cpu_ms(std::process::id()) > before);
        assert!(resident_mb(std::process::id()) > 0.5);
    }
}
