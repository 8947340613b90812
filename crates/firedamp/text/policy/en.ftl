# What providers allow, as customers are told of it. policy-<id> says what data/policy.toml says.

policy-verdict = What the provider allows: mining is { $rule }.
policy-rule = not known
    .unknown = not known to be allowed, which is no permission
    .paid_only = allowed on what is paid for
    .conditional = allowed in part
    .written_approval = forbidden without the provider’s written approval
    .banned = forbidden
policy-users = The rule also binds those who use the service through you.
policy-not-fraud = Mining is not necessarily fraudulent: it may be yours, or a test that somebody forgot. That is why we ask.

policy-azure = Mining needs Microsoft's written approval beforehand; it is considered for testing and research of security detections alone.
policy-azure-trial = No mining on credits and trials.
policy-aws = Mining was allowed on what is paid for; a later clause that asks for written approval is often quoted and was not found by us: read the present service terms.
    .letter = Mining is allowed on what is paid for; the provider’s service terms decide.
policy-aws-free-tier = No mining on the free tier; it may cost fees and suspension.
policy-aws-credits = Promotional credits are not for mining.
policy-aws-china = Neither mining nor trading.
policy-gcp = Mining needs Google's written approval, a verified customer and an invoiced billing account.
policy-gcp-press = Counted among the clouds that ban mining, without a word of approval; Google's own notices do speak of it. Read the present terms.
    .letter = It is often counted among the providers that ban mining.
policy-gcp-credits = No mining during the programme without written consent, which can be withdrawn.
policy-oci = The services are not for mining.
policy-ovh = No mining; we have not seen the clause itself.
    .letter = No mining.
policy-digitalocean = Mining needs DigitalOcean's written permission; we have not seen the clause itself.
    .letter = Mining needs DigitalOcean’s written permission.
policy-hetzner = Nothing that has to do with mining, by work or by stake.
policy-scaleway = Plotting for Chia is banned on SSDs, dedicated machines and block storage; farming is allowed on some, by agreement on others. Of other mining nothing is known.
policy-alibaba = Customers in China were warned that service may end.
policy-ibm = We found no clear sentence on mining, which is no permission.
    .letter = No sentence of the provider allows mining, which is no permission.
policy-akamai = We found no clear sentence on mining, which is no permission.
    .letter = No sentence of the provider allows mining, which is no permission.
policy-vultr = We found no clear sentence on mining, which is no permission.
    .letter = No sentence of the provider allows mining, which is no permission.
policy-huawei = We found no clear sentence on mining, which is no permission.
    .letter = No sentence of the provider allows mining, which is no permission.
policy-tencent = We found no clear sentence on mining, which is no permission.
    .letter = No sentence of the provider allows mining, which is no permission.

# What a rule is about, where that is more than a name.
policy-product-azure-trial = Azure Pass, sponsorships and trials
policy-product-aws-free-tier = Free tier
policy-product-aws-credits = Promotional credits
policy-product-aws-china = AWS China, Beijing and Ningxia
policy-product-gcp-credits = Startup programme and credits
policy-product-azure = Microsoft Online Services: Azure, Dynamics 365, Microsoft 365, Power Platform
policy-only-azure-trial = if the subscription is a trial, a pass or a sponsorship
policy-only-aws-free-tier = if the account uses the free tier
policy-only-aws-credits = if promotional credits pay for it
policy-only-aws-china = if the account is in China
policy-only-gcp-credits = if programme credits pay for it

# Where it stands.
policy-source-azure = Microsoft Product Terms, acceptable use policy; Partner Center announcements of December 2022
policy-source-azure-trial = Azure Pass offer terms; press reports of December 2022
policy-source-aws = Press reports of December 2022 that quote AWS
policy-source-aws-free-tier = Press reports of December 2022 that quote AWS
policy-source-aws-credits = AWS promotional credit terms
policy-source-aws-china = Acceptable use policy of the Ningxia region; notice of 2022-05-09
policy-source-gcp = Google Cloud terms of service as quoted in its notices of 2020 and 2021
policy-source-gcp-press = Press report of 2022-12-16 (bitcoinist.com) on Microsoft's rule
policy-source-gcp-credits = Google Cloud startup programme terms
policy-source-oci = Oracle cloud services agreement, use of the services
policy-source-ovh = Press reports of December 2022
policy-source-digitalocean = Press reports of December 2022
policy-source-hetzner = Hetzner's statement of August 2022
policy-source-scaleway = Press report of May 2021
policy-source-alibaba = Press report of June 2021
policy-source-ibm = Notes on providers' terms, collected in 2026
policy-source-akamai = Notes on providers' terms, collected in 2026
policy-source-vultr = Notes on providers' terms, collected in 2026
policy-source-huawei = Notes on providers' terms, collected in 2026
policy-source-tencent = Notes on providers' terms, collected in 2026
