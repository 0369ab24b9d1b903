package io.durablestreams.client;

/** The check of what an application wants to send in a header. */
final class HeaderText {

    private HeaderText() {}

    /** Returns the text if it arrives as it is: visible ASCII characters, at least one; blanks only in between. */
    static String require(String what, String text) {
        boolean visible = !text.isEmpty() && text.equals(text.strip());
        for (int i = 0; i < text.length(); i++) {
            visible &= text.charAt(i) >= ' ' && text.charAt(i) < 0x7f;
        }
        if (!visible) {
            throw new IllegalArgumentException(
                    what + " must be visible ASCII characters, and neither empty nor blank at an end, but is '" + text
                            + "'");
        }
        return text;
    }
}
