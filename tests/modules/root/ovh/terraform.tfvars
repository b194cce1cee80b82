location = { region = "EU-WEST-PAR", zones = ["eu-west-par-a", "eu-west-par-b", "eu-west-par-c"], project = "0123456789abcdef0123456789abcdef", vault = "734b9b45-8b1a-469c-b140-b10bd6540017" }
sizes    = { database = "b3-8", service = "b3-8", cache = "b3-8", cluster = "b3-8" }
