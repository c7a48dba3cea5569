"""Pure arithmetic of 党务: admission clocks, dues, elections, appraisal."""
