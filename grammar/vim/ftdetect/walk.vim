autocmd BufRead,BufNewFile *.walk setfiletype walk
