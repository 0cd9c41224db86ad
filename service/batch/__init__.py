"""Score folders, lists and buckets of images without HTTP, by the code that answers /predict; resumable after a kill.

Public surface: `commands.main` (`python -m service.batch INPUT OUTPUT`), `run.run`.

The input is listed once into numbered parts, the plan; each part becomes one Parquet or CSV file under its number,
written whole or not at all. A part is done when its file exists, so work that is done twice (a node was thought dead, a
run was started twice) replaces a file by the same rows, and nothing is lost or doubled.

What's where:
    listing, lists     the input as a stream of paths: a folder, or a list of them
    plan               the input's numbered parts
    storage, reading   files of any file system (fsspec), written whole; images, read ahead
    patience           a store that does not answer is asked again
    job, table         one part from paths to rows; what a row has, and counts of them
    layouts            what the files are: `layout_parquet` or `layout_csv`
    local, ray_tasks   the two engines; Ray is imported by `ray_tasks` alone, and only where it is asked for
    processes, isolation   processes that end with their parent; images that end a process are found and left out
    run, progress      what is left to do, in rounds; the summary
    closing            the last words
"""
