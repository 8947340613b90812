//! Bills: a month of hours of some hundred accounts.

use std::io::Write;

use anyhow::Result;
use fastrand::Rng;

use super::Counted;

const ACCOUNTS: u32 = 100;
const HOURS: u64 = 31 * 24;
const REGIONS: [&str; 4] = ["us-east-1", "us-west-2", "eu-west-1", "ap-south-1"];
const SIZES: [&str; 4] = ["c5.large", "m5.xlarge", "t3.micro", "r5.2xlarge"];

/// An hour of January 2026: its beginning and its end.
fn hour(number: u64) -> (String, String) {
    let at = |number: u64| {
        let (day, hour) = (number / 24 % 31 + 1, number % 24);
        format!("2026-01-{day:02}T{hour:02}:00:00Z")
    };
    (at(number % HOURS), at((number + 1) % HOURS))
}

const FOCUS: &str = "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,\
BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,\
ChargePeriodEnd,ChargePeriodStart,CommitmentDiscountCategory,CommitmentDiscountId,\
CommitmentDiscountName,CommitmentDiscountStatus,CommitmentDiscountType,ConsumedQuantity,ConsumedUnit,\
ContractedCost,ContractedUnitPrice,EffectiveCost,InvoiceIssuerName,ListCost,ListUnitPrice,\
PricingCategory,PricingQuantity,PricingUnit,ProviderName,PublisherName,RegionId,RegionName,ResourceId,\
ResourceName,ResourceType,ServiceCategory,ServiceName,SkuId,SkuPriceId,SubAccountId,SubAccountName,Tags";

/// FOCUS 1.0.
pub(super) fn focus(out: &mut Counted<impl Write>, size: u64, random: &mut Rng) -> Result<()> {
    writeln!(out, "{FOCUS}")?;
    let mut number = 0;
    while out.bytes < size {
        let (start, end) = hour(number / 2_000);
        let account = 100_000_000_000_u64 + u64::from(random.u32(..ACCOUNTS));
        let region = REGIONS[random.usize(..REGIONS.len())];
        let size = SIZES[random.usize(..SIZES.len())];
        let resource = random.u32(..500);
        writeln!(
            out,
            "{region}a,0.085,999999999999,Payer,USD,2026-02-01T00:00:00Z,2026-01-01T00:00:00Z,Usage,,\
             \"$0.085 per On Demand Linux {size} Instance Hour\",Usage-Based,{end},{start},,,,,,1,Hours,\
             0.085,0.085,0.085,Amazon Web Services,0.085,0.085,Standard,1,Hours,AWS,Amazon Web Services,\
             {region},{region},arn:aws:ec2:{region}:{account}:instance/i-{resource:017x},,,Compute,Amazon \
             Elastic Compute Cloud,ABCDEFGH12345678,ABCDEFGH12345678.JRTCKXETXF,{account},Account \
             {account},\"{{\"\"team\"\":\"\"web\"\",\"\"size\"\":\"\"{size}\"\"}}\""
        )?;
        number += 1;
    }
    Ok(())
}

const CUR: &str = "identity/LineItemId,identity/TimeInterval,bill/InvoiceId,bill/BillingEntity,\
bill/BillType,bill/PayerAccountId,bill/BillingPeriodStartDate,bill/BillingPeriodEndDate,\
lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,\
lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/AvailabilityZone,\
lineItem/ResourceId,lineItem/UsageAmount,lineItem/NormalizationFactor,lineItem/NormalizedUsageAmount,\
lineItem/CurrencyCode,lineItem/UnblendedRate,lineItem/UnblendedCost,lineItem/BlendedRate,\
lineItem/BlendedCost,lineItem/LineItemDescription,lineItem/TaxType,product/ProductName,\
product/availability,product/capacitystatus,product/clockSpeed,product/currentGeneration,product/ecu,\
product/instanceFamily,product/instanceType,product/location,product/memory,product/operatingSystem,\
product/processorArchitecture,product/productFamily,product/region,product/servicecode,product/sku,\
product/storage,product/tenancy,product/usagetype,product/vcpu,pricing/RateId,pricing/currency,\
pricing/publicOnDemandCost,pricing/publicOnDemandRate,pricing/term,pricing/unit,\
reservation/ReservationARN,savingsPlan/SavingsPlanARN,resourceTags/user:Name,resourceTags/user:team";

/// The legacy cost and usage report with its commonest columns, and as many empty ones as accounts
/// with many products have.
pub(super) fn cur(out: &mut Counted<impl Write>, size: u64, random: &mut Rng) -> Result<()> {
    let empty: String = (0..60).map(|column| format!(",product/attribute{column}")).collect();
    let blanks = ",".repeat(60);
    writeln!(out, "{CUR}{empty}")?;
    let mut number = 0;
    while out.bytes < size {
        let (start, end) = hour(number / 2_000);
        let account = 100_000_000_000_u64 + u64::from(random.u32(..ACCOUNTS));
        let region = REGIONS[random.usize(..REGIONS.len())];
        let size = SIZES[random.usize(..SIZES.len())];
        let (id, resource) = (random.u128(..), random.u32(..500));
        writeln!(
            out,
            "{id:052x},{start}/{end},,AWS,Anniversary,999999999999,2026-01-01T00:00:00Z,\
             2026-02-01T00:00:00Z,{account},Usage,{start},{end},AmazonEC2,BoxUsage:{size},RunInstances,\
             {region}a,i-{resource:017x},1.0000000000,4.0,4.0,USD,0.0850000000,0.0850000000,0.0850000000,\
             0.0850000000,\"$0.085 per On Demand Linux {size} Instance Hour\",,Amazon Elastic Compute \
             Cloud,,Used,3.6 GHz,Yes,10,Compute optimized,{size},\"US East (N. Virginia)\",4 GiB,Linux,\
             64-bit,Compute Instance,{region},AmazonEC2,ABCDEFGH12345678,EBS only,Shared,\
             BoxUsage:{size},2,1234567890,USD,0.0850000000,0.0850000000,OnDemand,Hrs,,,web-{resource},web\
             {blanks}"
        )?;
        number += 1;
    }
    Ok(())
}
