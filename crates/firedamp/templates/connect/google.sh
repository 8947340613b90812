# Lets Firedamp read the logs in one bucket and be told of new ones. Nothing else.
gcloud iam service-accounts create firedamp-reader --project={project} \
  --display-name="Firedamp, reading"
gcloud storage buckets add-iam-policy-binding gs://{bucket} \
  --member=serviceAccount:firedamp-reader@{project}.iam.gserviceaccount.com \
  --role=roles/storage.objectViewer
# A subscription keeps what the bucket tells a topic, and is there before the bucket tells anything; the
# right to read is one to this subscription alone. Then: --queue pubsub://{project}/{queue}
gcloud pubsub topics create {queue} --project={project}
gcloud pubsub subscriptions create {queue} --project={project} --topic={queue} \
  --ack-deadline=30 --expiration-period=never
gcloud storage buckets notifications create gs://{bucket} \
  --topic=projects/{project}/topics/{queue} --event-types=OBJECT_FINALIZE --payload-format=none
gcloud pubsub subscriptions add-iam-policy-binding {queue} --project={project} \
  --member=serviceAccount:firedamp-reader@{project}.iam.gserviceaccount.com \
  --role=roles/pubsub.subscriber
