package io.durablestreams.client.producer;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Keeps epochs in a text file. Each line has the last epoch of a producer, the path of the stream and the producer id.
 * A change writes a new file and renames it over the old one, so that the file is always complete.
 */
final class FileEpochStore implements EpochStore {

    private static final Pattern LINE = Pattern.compile("(\\d{1,18}) (\\S* \\S.*)");
    private static final long NONE = -1;

    /** One lock for all files, because two stores may use the same file and changes are rare. */
    private static final Object CHANGES = new Object();

    private final Path file;
    private final Path lockFile;
    private final Path newFile;

    FileEpochStore(Path file) {
        this.file = file.toAbsolutePath();
        this.lockFile = this.file.resolveSibling(this.file.getFileName() + ".lock");
        this.newFile = this.file.resolveSibling(this.file.getFileName() + ".new");
    }

    @Override
    public Mono<Long> next(URI stream, String producerId, long least) {
        return change(stream, producerId, last -> Math.max(last + 1, least));
    }

    @Override
    public Mono<Void> record(URI stream, String producerId, long epoch) {
        return change(stream, producerId, last -> Math.max(last, epoch)).then();
    }

    private Mono<Long> change(URI stream, String producerId, LongUnaryOperator change) {
        String producer = stream.getRawPath() + " " + producerId;
        return Mono.fromCallable(() -> changeNow(producer, change)).subscribeOn(Schedulers.boundedElastic());
    }

    private long changeNow(String producer, LongUnaryOperator change) throws IOException {
        synchronized (CHANGES) {
            Files.createDirectories(file.getParent());
            try (FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock(); // Released when the channel is closed.
                SortedMap<String, Long> epochs = read();
                long before = epochs.getOrDefault(producer, NONE);
                long after = change.applyAsLong(before);
                if (after != before) {
                    epochs.put(producer, after);
                    write(epochs);
                }
                return after;
            }
        }
    }

    private SortedMap<String, Long> read() throws IOException {
        SortedMap<String, Long> epochs = new TreeMap<>();
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IOException(file + " has a line that is no epoch with a stream and a producer: '" + line
                        + "'; restore the file, or remove it and start with an epoch above all that were used");
            }
            epochs.put(matcher.group(2), Long.valueOf(matcher.group(1)));
        }
        return epochs;
    }

    private void write(SortedMap<String, Long> epochs) throws IOException {
        String text = epochs.entrySet().stream()
                .map(epoch -> epoch.getValue() + " " + epoch.getKey() + "\n")
                .collect(Collectors.joining());
        try (FileChannel channel = FileChannel.open(
                newFile, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE);
        writeDirectoryThrough();
    }

    /** Forces the directory to the disk. Otherwise the new name of the file may be lost in a power failure. */
    private void writeDirectoryThrough() throws IOException {
        FileChannel directory;
        try {
            directory = FileChannel.open(file.getParent(), StandardOpenOption.READ);
        } catch (IOException notPossibleHere) {
            return; // Windows cannot open directories, and does not need this.
        }
        try (directory) {
            directory.force(true);
        }
    }
}
