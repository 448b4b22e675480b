package io.leveret.persistence.disk;

import java.io.IOException;
import java.util.List;

/**
 * A folder of files. Creating, renaming and deleting a file is certain only after {@link #forceFolder}. Every method may be called
 * from any thread, and blocks. An error's message names the file.
 */
public interface Disk {

    /** The names of all files, in no order. */
    List<String> list() throws IOException;

    boolean exists(String name) throws IOException;

    /**
     * Makes an empty file and opens it for reading and writing.
     *
     * @throws IOException if there is one with that name
     */
    DiskFile create(String name) throws IOException;

    /**
     * Opens a file for reading and writing.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    DiskFile open(String name) throws IOException;

    /** Gives a file another name, replacing the one that has it. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Makes certain which files there are. */
    void forceFolder() throws IOException;

    /** How many bytes may still be written. */
    long usableBytes() throws IOException;

    /** The folder of that name within this one, made if it is missing. */
    Disk folder(String name) throws IOException;

    /** What a person would call this folder. */
    String describe();
}
