# Lets Firedamp read the logs in one bucket. Nothing else.
gcloud iam service-accounts create firedamp-reader --project={project} \
  --display-name="Firedamp, reading"
gcloud storage buckets add-iam-policy-binding gs://{bucket} \
  --member=serviceAccount:firedamp-reader@{project}.iam.gserviceaccount.com \
  --role=roles/storage.objectViewer
