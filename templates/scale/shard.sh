#!/bin/sh
# Grades one part of a stream of submissions, and goes on where an interrupted run of it stopped.
#
#     RINGWALK_SHARDS=64 JOB_COMPLETION_INDEX=7 shard.sh LESSON LINES DIR [OPTIONS OF ringwalk grade]
#
# writes DIR/part-7.jsonl. How many parts there are says RINGWALK_SHARDS; which one this is, from 0, says
# the engine. A file with the name of a part is whole: until then it is called part-7.jsonl.new.
set -eu

: "${RINGWALK_SHARDS:?say how many parts there are}"
part=${SLURM_ARRAY_TASK_ID:-${JOB_COMPLETION_INDEX:-${AWS_BATCH_JOB_ARRAY_INDEX:-}}}
: "${part:?no engine says which part this is}"
lesson=$1
lines=$2
mkdir -p "$3"
file=$3/part-$part.jsonl
shift 3

# What earlier runs have left is known. The last line of a killed one may be cut off, so another end of a
# line follows it. Whether a result still fits the lesson is for ringwalk to say, by digests.
for old in "$file" "$file.new"; do
    if [ -e "$old" ]; then
        cat "$old" >> "$file.known"
        echo >> "$file.known"
    fi
done

"${RINGWALK:-ringwalk}" grade "$lesson" - --shard "$part/$RINGWALK_SHARDS" \
    --resume "$file.known" "$@" < "$lines" > "$file.new"
mv "$file.new" "$file"
rm -f "$file.known"
