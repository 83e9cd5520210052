#!/bin/bash
# Runs once, at the machine's first start: Docker, the repository, secrets that are made here, and the compose file.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -yq --no-install-recommends docker.io docker-compose-v2 docker-buildx git openssl
fallocate -l 4G /swap && chmod 600 /swap && mkswap /swap && swapon /swap
echo '/swap none swap sw 0 0' >> /etc/fstab

git clone '${repository}' /opt/gavel
cd /opt/gavel
git checkout --detach '${revision}'

# Every value of .env.example that must be changed gets one of its own.
umask 077
while IFS= read -r line; do
  case $line in
    *=change-me*) echo "$${line%%=*}=$(openssl rand -hex 32)" ;;
    *) echo "$line" ;;
  esac
done < .env.example > .env
cat >> .env <<'SETTINGS'
${settings}
SETTINGS

docker compose -f docker-compose.yml -f docker-compose.aws.yml up --build --wait
