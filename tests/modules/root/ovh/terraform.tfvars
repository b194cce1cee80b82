location = { region = "EU-WEST-PAR", zones = ["eu-west-par-a", "eu-west-par-b", "eu-west-par-c"], project = "0123456789abcdef0123456789abcdef" }
sizes    = { database = "b3-8", service = "b3-8" }
