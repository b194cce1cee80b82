"""Reading a file: what is read, what is refused, and where the complaint points."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from exitkit.errors import SpecError, UsageError
from exitkit.model.workload import Workload
from exitkit.spec.load import load, load_text
from exitkit.units import Bytes, Duration
from tests_unit_spec_samples import PROVIDERS, SHOP, component, mistakes, read, said
