location = { region = "eu-west-3", zones = ["eu-west-3a", "eu-west-3b"] }
sizes    = { database = "db.m6i.large", service = "m6i.large", cache = "cache.m6g.large", cluster = "m6i.large" }
