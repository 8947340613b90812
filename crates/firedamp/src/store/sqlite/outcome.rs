//! How cases ended, by what their evidence names.

use async_trait::async_trait;
use firedamp_core::time::Time;
use sqlx::{QueryBuilder, Row, sqlite::SqliteRow};

use super::{
    super::{CaseRow, Decided, DetectorOutcome, Outcomes, Result, SeenCase},
    Sqlite,
    cases::row_of,
    rows::counted,
    tree::push_within,
};

/// Cases that are read at most.
const CASES_MAX: u32 = 100_000;
/// Whether a provider's own product named it.
const THEIRS: &str = "EXISTS (SELECT 1 FROM json_each(judgement.evidence) AS one
    WHERE json_extract(one.value, '$[0]') = 'provider_alert')";
/// Whether a detector of ours named it that can by itself.
const OURS: &str = "EXISTS (SELECT 1 FROM json_each(judgement.evidence) AS one
    WHERE json_extract(one.value, '$[0]') IN ('block_pulse', 'fleet_pulse', 'hijack_sequence',
    'miner_process', 'pool_contact', 'sigma_rule', 'spend_step', 'stratum_profile'))";
/// When it did: with the case, or with an entry of its activity that says so.
const TOLD: &str = "coalesce((SELECT min(at) FROM activity WHERE case_id = \"case\".id
    AND kind = 'evidence' AND instr(text, 'provider_alert on ') > 0), opened_at)";
/// What probably mined, and was not found to be something else.
const MINED: &str = " JOIN judgement ON judgement.case_id = \"case\".id
    WHERE probability >= 0.5 AND (reason IS NULL OR reason = 'fraud')";

type Query = QueryBuilder<sqlx::Sqlite>;

fn push_part(query: &mut Query, within: Option<&str>) {
    if let Some(party) = within {
        query.push(" AND \"case\".account IN (SELECT account FROM owner WHERE 1 = 1");
        push_within(query, "party", party);
        query.push(")");
    }
}

#[async_trait]
impl Outcomes for Sqlite {
    async fn detector_outcomes(&self, within: Option<&str>) -> Result<Vec<DetectorOutcome>> {
        let mut query = Query::new(
            "SELECT detector, sum(reason = 'fraud') AS fraud, sum(reason = 'legitimate') AS
             legitimate, sum(reason = 'ignore') AS ignored FROM (SELECT DISTINCT \"case\".id, reason,
             json_extract(one.value, '$[0]') AS detector FROM \"case\"
             JOIN judgement ON judgement.case_id = \"case\".id
             JOIN json_each(judgement.evidence) AS one WHERE status = 'resolved'",
        );
        push_part(&mut query, within);
        query.push(") GROUP BY detector ORDER BY detector");
        let rows = query.build().fetch_all(&self.readers).await?;
        let count = |row: &SqliteRow, name| Ok::<_, sqlx::Error>(counted(row.try_get(name)?));
        let outcome = |row: &SqliteRow| {
            Ok(DetectorOutcome {
                detector: row.try_get("detector")?,
                fraud: count(row, "fraud")?,
                legitimate: count(row, "legitimate")?,
                ignored: count(row, "ignored")?,
            })
        };
        rows.iter().map(outcome).collect()
    }

    async fn seen(&self, within: Option<&str>) -> Result<Vec<SeenCase>> {
        let mut query = Query::new("SELECT \"case\".id, provider, opened_at, last_observed, ");
        query.push(OURS).push(" AS ours, iif(").push(THEIRS).push(", ").push(TOLD);
        query.push(", NULL) AS told_at FROM \"case\"").push(MINED);
        push_part(&mut query, within);
        query.push(" ORDER BY loss DESC, \"case\".id LIMIT ").push_bind(CASES_MAX);
        let rows = query.build().fetch_all(&self.readers).await?;
        rows.iter().map(seen).collect()
    }

    async fn rows_of(&self, ids: &[i64], within: Option<&str>) -> Result<Vec<CaseRow>> {
        let mut found = Vec::new();
        for id in ids {
            found.extend(row_of(&self.readers, *id, within).await?);
        }
        Ok(found)
    }

    async fn decided(&self, within: Option<&str>, limit: u32) -> Result<Vec<Decided>> {
        let mut query = Query::new(
            "SELECT \"case\".account, probability, reason, first_observed, last_observed,
             (SELECT count(DISTINCT json_extract(one.value, '$[1]')) FROM
             json_each(judgement.evidence) AS one) AS resources FROM \"case\"
             JOIN judgement ON judgement.case_id = \"case\".id
             WHERE status = 'resolved' AND reason IN ('fraud', 'legitimate')",
        );
        push_part(&mut query, within);
        query.push(" ORDER BY changed_at DESC, \"case\".id LIMIT ");
        query.push_bind(limit.min(CASES_MAX));
        let rows = query.build().fetch_all(&self.readers).await?;
        rows.iter().map(decided).collect()
    }
}

fn seen(row: &SqliteRow) -> Result<SeenCase> {
    let told: Option<i64> = row.try_get("told_at")?;
    Ok(SeenCase {
        id: row.try_get("id")?,
        provider: row.try_get("provider")?,
        ours: row.try_get("ours")?,
        opened_at: Time::from_millis(row.try_get("opened_at")?),
        last_observed: Time::from_millis(row.try_get("last_observed")?),
        told_at: told.map(Time::from_millis),
    })
}

fn decided(row: &SqliteRow) -> Result<Decided> {
    let reason: String = row.try_get("reason")?;
    let time = |name| Ok::<_, sqlx::Error>(Time::from_millis(row.try_get(name)?));
    Ok(Decided {
        account: row.try_get("account")?,
        probability: row.try_get("probability")?,
        mines: reason == "fraud",
        resources: counted(row.try_get("resources")?),
        observed: (time("first_observed")?, time("last_observed")?),
    })
}
