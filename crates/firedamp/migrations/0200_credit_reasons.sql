-- Why a credit was asked for though no rule is known by which the provider gives one; empty where one is.
ALTER TABLE request ADD COLUMN why TEXT NOT NULL DEFAULT '';
