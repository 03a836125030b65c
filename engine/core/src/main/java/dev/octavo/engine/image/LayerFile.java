package dev.octavo.engine.image;

/**
 * One file or folder of a layer.
 *
 * @param path in the image, absolute, without a slash at its end
 * @param mode the nine permission bits
 * @param owner {@code user:group} as numbers
 */
record LayerFile(String path, int mode, String owner, Content content) {
    static final String ROOT = "0:0";
    private static final int READABLE = 0644;
    private static final int EXECUTABLE = 0755;

    /** A file that all may read and only root may write. */
    static LayerFile readable(String path, Content content) {
        return new LayerFile(path, READABLE, ROOT, content);
    }

    /** The same, and all may run it. */
    static LayerFile executable(String path, Content content) {
        return new LayerFile(path, EXECUTABLE, ROOT, content);
    }

    static LayerFile folder(String path, String owner) {
        return new LayerFile(path, EXECUTABLE, owner, new Content.Folder());
    }

    /** The same with the permissions of a file that is run, or not. */
    static LayerFile of(String path, boolean runnable, Content content) {
        return runnable ? executable(path, content) : readable(path, content);
    }
}
