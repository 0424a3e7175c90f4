#!/usr/bin/env python3
"""Grades a stream of submissions on Spark.

    spark-submit spark.py LESSON LINES DIR [--key FILE] [OPTIONS OF ringwalk grade]

Each partition of LINES goes through a `ringwalk grade LESSON -` of its own, by RDD.pipe. DIR gets the
results as part-00000 and so on, in the order of LINES. Paths must mean the same on all workers.
"""

import argparse
import os
import shlex
import shutil
import sys

from pyspark.sql import SparkSession


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("lesson", type=os.path.abspath)
    parser.add_argument("lines")
    parser.add_argument("output")
    parser.add_argument("--key", type=os.path.abspath)
    given, options = parser.parse_known_args()
    # A piped command runs in a folder of its worker, without an environment and so without a PATH.
    ringwalk = shutil.which(os.environ.get("RINGWALK", "ringwalk"))
    if ringwalk is None:
        sys.exit("there is no ringwalk on the PATH; say where in RINGWALK")
    command = [os.path.abspath(ringwalk), "grade", given.lesson, "-", "--jobs", "1", *options]
    if given.key:
        command += ["--key", given.key]
    spark = SparkSession.builder.appName("ringwalk").getOrCreate()
    context = spark.sparkContext
    # checkCode: when a grader fails, so does the partition, and Spark tries it again.
    results = context.textFile(given.lines, context.defaultParallelism * 4).pipe(
        shlex.join(command), checkCode=True
    )
    results.saveAsTextFile(given.output)
    spark.stop()


if __name__ == "__main__":
    main()
