//! Passwords: what may be one, what is kept of it, and whether one is right. Hashing takes tens of
//! milliseconds and nineteen megabytes on purpose, so it happens beside the threads that answer, a few
//! at a time.

use std::sync::{Arc, LazyLock};

use anyhow::{Context, Result};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// Letters of a password: the least for one without a second factor, and a bound on work
/// (NIST SP 800-63B-4, section 3.1.1.2, asks for 15 and allows 64 or more).
pub const LETTERS_MIN: usize = 15;
/// The longest password, in letters.
pub const LETTERS_MAX: usize = 256;
/// How many are hashed at once.
const AT_ONCE_MAX: usize = 2;

static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_ONCE_MAX)));
/// A hash that nobody has the password of: the work for names that nobody has.
static NOBODYS: LazyLock<String> = LazyLock::new(|| {
    let random = getrandom::u64().unwrap_or_default();
    kept(&random.to_string()).unwrap_or_default()
});

/// Argon2id, 19 MiB, two passes, one lane: the first choice of OWASP's cheat sheet on storing
/// passwords, and the default of the crate.
fn hasher() -> Argon2<'static> {
    Argon2::default()
}

fn kept(password: &str) -> Result<String> {
    let hash = hasher().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| anyhow::anyhow!("a password can't be hashed: {error}"))?.to_string())
}

fn fits(password: &str, kept: &str) -> bool {
    let Ok(kept) = PasswordHash::new(kept) else { return false };
    hasher().verify_password(password.as_bytes(), &kept).is_ok()
}

/// Why this can't be the password of whoever is called `name`, in a sentence.
///
/// # Errors
/// When it is too short or too long, or is easily guessed from the name or from itself.
pub fn check(name: &str, password: &str) -> Result<(), String> {
    let letters = password.chars().count();
    if letters < LETTERS_MIN {
        return Err(format!("a password has {LETTERS_MIN} letters or more; a few words do well"));
    }
    if letters > LETTERS_MAX {
        return Err(format!("a password has {LETTERS_MAX} letters at most"));
    }
    let lower = password.to_lowercase();
    let without_name = lower.replace(&name.to_lowercase(), "").chars().count();
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if without_name < LETTERS_MIN / 2 || distinct.len() < 5 {
        return Err("this password is guessed at once; choose another".to_string());
    }
    Ok(())
}

/// What is kept of a password.
///
/// # Errors
/// When the machine has no randomness.
pub async fn hash(password: String) -> Result<String> {
    beside(move || kept(&password)).await?
}

/// Whether the password is the one that `kept` was made of. Where nothing is kept the answer is no,
/// after the same work: how long it took tells nobody which names there are.
///
/// # Errors
/// When the work could not be done.
pub async fn verify(password: String, kept: Option<String>) -> Result<bool> {
    beside(move || {
        let is_somebody = kept.is_some();
        let letters_fit = password.chars().count() <= LETTERS_MAX;
        let checked = if letters_fit { password.as_str() } else { "" };
        fits(checked, kept.as_deref().unwrap_or(&NOBODYS)) && is_somebody && letters_fit
    })
    .await
}

async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let turn = TURNS.clone().acquire_owned().await.context("no turn to hash")?;
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.context("hashing died")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_has_the_parameters_of_owasp_and_its_own_salt() {
        let [one, other] = [kept("correct horse battery"), kept("correct horse battery")];
        let (one, other) = (one.expect("a hash"), other.expect("a hash"));
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other);
        assert!(fits("correct horse battery", &one) && fits("correct horse battery", &other));
        assert!(!fits("correct horse batterx", &one) && !fits("", &one) && !fits("x", "junk"));
    }

    #[tokio::test]
    async fn nobodys_password_is_never_right() {
        for password in ["", "correct horse battery", &"x".repeat(100_000)] {
            assert!(!verify(password.to_string(), None).await.expect("done"), "{password}");
        }
        let kept = hash("correct horse battery".to_string()).await.expect("a hash");
        assert!(verify("correct horse battery".to_string(), Some(kept)).await.expect("done"));
    }

    #[test]
    fn guesses_are_refused() {
        for password in [
            "short",
            "aaaaaaaaaaaaaaaaaaaa",
            "alice.alice.alice.",
            &"long".repeat(100),
            "ababababababab ab",
        ] {
            assert!(check("alice", password).is_err(), "{password}");
        }
        for password in ["correct horse battery", "Füße über Dächern!", "alice likes purple cats"]
        {
            assert_eq!(check("alice", password), Ok(()), "{password}");
        }
    }
}
