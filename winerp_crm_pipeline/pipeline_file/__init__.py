"""A pipeline in one file: stages and what they require, by names instead of ids. See :class:`.exporting.PipelineExport`."""
